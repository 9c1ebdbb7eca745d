/**
 * What every capture shares: the consumer that drives Debezium's engine, and the encoder of its records. It uses
 * {@code domain}, {@code application}, {@code engines} and other packages of {@code infrastructure}. Start with
 * {@link io.bactrian.infrastructure.capture.CaptureConsumer}, then
 * {@link io.bactrian.infrastructure.capture.ChangeEncoder}.
 */
package io.bactrian.infrastructure.capture;
