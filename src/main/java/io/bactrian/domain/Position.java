package io.bactrian.domain;

/** Where a change stands in the log: {@code shop.store.customers-0@5121}. */
public record Position(String topic, int partition, long offset) implements Comparable<Position> {

    @Override
    public String toString() {
        return topic + "-" + partition + "@" + offset;
    }

    public static Position parse(String text) {
        int at = text.lastIndexOf('@');
        // Without an @ there is no dash before it either.
        int dash = text.lastIndexOf('-', at);
        if (dash <= 0) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no position; expected topic-partition@offset, such as shop.store.customers-0@5121");
        }
        try {
            return new Position(text.substring(0, dash), Integer.parseInt(text, dash + 1, at, 10),
                    Long.parseLong(text, at + 1, text.length(), 10));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no position; expected topic-partition@offset, such as shop.store.customers-0@5121", e);
        }
    }

    @Override
    public int compareTo(Position other) {
        int byTopic = topic.compareTo(other.topic);
        if (byTopic != 0) {
            return byTopic;
        }
        int byPartition = Integer.compare(partition, other.partition);
        return byPartition != 0 ? byPartition : Long.compare(offset, other.offset);
    }
}
