package io.bactrian.engines;

/**
 * A setting of a source that only one engine has.
 *
 * @param name the end of its key: {@code server-id}
 * @param number whether its value is a number from 1 on; else it is a text
 * @param fallback the default; empty if there is none
 * @param sentence what it is, for people
 */
public record OwnSetting(String name, boolean number, String fallback, String sentence) {
}
