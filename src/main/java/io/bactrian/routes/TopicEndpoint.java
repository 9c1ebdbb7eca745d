package io.bactrian.routes;

import io.bactrian.application.SourceCatalog;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/**
 * Pass changes on in a Kafka topic, for another pipeline to load; the batch under way becomes one Kafka transaction.
 */
@UriEndpoint(firstVersion = "0.1.0", scheme = "topic", title = "Topic", syntax = "topic:topic", producerOnly = true, category = {
    Category.MESSAGING}, remote = false)
public final class TopicEndpoint extends DefaultEndpoint {

    @UriPath(description = "The topic, such as curated.customers; another pipeline reads it from "
            + "change:topic:curated.customers. Created if it does not exist")
    @Metadata(required = true)
    private String topic;
    @UriParam(description = "Columns that tell rows apart, separated by commas; the source table's primary key when not given")
    private String key;

    TopicEndpoint(String uri, TopicComponent component) {
        super(uri, component);
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new IllegalArgumentException(getEndpointUri() + " is used as the beginning of a route; expected change:topic:" + topic);
    }

    @Override
    public Producer createProducer() {
        if (!topic.matches("[a-zA-Z0-9._-]{1,249}") || topic.matches("\\.{1,2}")) {
            throw new IllegalArgumentException(
                    getEndpointUri() + ": '" + topic + "' is no name for a topic; expected letters, digits, dots, dashes and underscores");
        }
        ChangeEndpoint.one(this, SourceCatalog.class).checkPassedOn(topic);
        return new TopicProducer(this, ChangeEndpoint.names(key));
    }

    public String getTopic() {
        return topic;
    }

    public void setTopic(String topic) {
        this.topic = topic;
    }

    public String getKey() {
        return key;
    }

    public void setKey(String key) {
        this.key = key;
    }
}
