/**
 * The routes of a folder while they run: loading and checking them, following edits, and faults with file, line and
 * column. It uses {@code domain}, {@code application}, {@code routes}, {@code engines}, {@code infrastructure} and
 * {@code settings}. Start with {@link io.bactrian.live.RunningRoutes}, then {@link io.bactrian.live.RowRouteContext},
 * in which an edit is tried.
 */
package io.bactrian.live;
