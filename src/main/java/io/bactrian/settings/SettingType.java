package io.bactrian.settings;

/** What a value of a setting may be. */
public enum SettingType {
    TEXT, NUMBER, DATE, SERVER_PORT, PORT, PARTITIONS, COPIES, CONSUMERS, BATCH, HOST, BROKERS, DATABASES, SOURCE_KIND, URL, KEY, FOLDER;

    /** Whether an empty value is a fault, not the same as none. */
    boolean isNeverEmpty() {
        return switch (this) {
            case NUMBER, DATE, SERVER_PORT, PORT, PARTITIONS, COPIES, CONSUMERS, BATCH, SOURCE_KIND -> true;
            case TEXT, HOST, BROKERS, DATABASES, URL, KEY, FOLDER -> false;
        };
    }

    /** @return what is wrong with a value that is not empty, in words that never repeat a secret; null if nothing is */
    String fault(String value) {
        return SettingValues.fault(this, value);
    }
}
