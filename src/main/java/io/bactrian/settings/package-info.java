/**
 * The settings: each described once, read from the file and the environment, and checked before anything starts. It
 * uses {@code domain}, {@code application} and {@code engines}. Start with {@link io.bactrian.settings.Setting}, the
 * list of all of them, then {@link io.bactrian.settings.Settings}.
 */
package io.bactrian.settings;
