/**
 * {@code bactrian init}: looks at databases, and proposes settings, routes and grants as files. It uses {@code domain},
 * {@code application}, {@code engines} and {@code settings}. Start with {@link io.bactrian.init.InitCommand}, then
 * {@code Proposal}, which has the files.
 */
package io.bactrian.init;
