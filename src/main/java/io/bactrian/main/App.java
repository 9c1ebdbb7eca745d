package io.bactrian.main;

public final class App {
    public static void main(String[] args) {
        System.out.println("bactrian");
    }
}
