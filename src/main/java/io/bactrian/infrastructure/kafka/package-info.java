/**
 * Everything that talks to Kafka: the topics of changes, the pumps that read them, dead letters, and pipelines that end
 * in topics. It uses {@code domain}, {@code application}, {@code engines} and other packages of {@code infrastructure}.
 * Start with {@link io.bactrian.infrastructure.kafka.Pump}, one consumer of a pipeline, and
 * {@link io.bactrian.infrastructure.kafka.KafkaChangeLog}, which writes what it reads.
 */
package io.bactrian.infrastructure.kafka;
