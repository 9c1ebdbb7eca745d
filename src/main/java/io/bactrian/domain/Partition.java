package io.bactrian.domain;

/** One partition of a Kafka topic: the unit of order. */
public record Partition(String topic, int number) implements Comparable<Partition> {

    public static Partition of(Position position) {
        return new Partition(position.topic(), position.partition());
    }

    @Override
    public int compareTo(Partition other) {
        int byTopic = topic.compareTo(other.topic);
        return byTopic != 0 ? byTopic : Integer.compare(number, other.number);
    }

    @Override
    public String toString() {
        return topic + "-" + number;
    }
}
