package io.bactrian.engines;

/**
 * What is wrong with a setting.
 *
 * @param key the setting to look at
 * @param text what was found, what was expected, and the way out
 */
public record SettingFault(String key, String text) {
}
