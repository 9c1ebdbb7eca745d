package io.bactrian.testing;

import static io.bactrian.testing.Given.image;

import io.bactrian.application.ChangeReader;
import io.bactrian.application.Delivery;
import io.bactrian.application.UnreadableChangeException;
import io.bactrian.domain.Change;
import io.bactrian.domain.Image;
import io.bactrian.domain.Operation;
import io.bactrian.domain.Position;
import io.bactrian.domain.TableSchema;
import java.nio.charset.StandardCharsets;

/**
 * Deliveries whose bytes are plain words: {@code insert 1 Ada}, {@code update 1 Eve}, {@code delete 1},
 * {@code truncate}.
 */
public final class Deliveries implements ChangeReader {

    public static final TableSchema SCHEMA = Given.schema("id int64, name text null", "id");

    public static Delivery delivery(Position position, String words) {
        String[] parts = words.split(" ");
        return new Delivery(position, Given.COMMITTED, parts.length > 1 ? parts[1].getBytes(StandardCharsets.UTF_8) : null,
                words.getBytes(StandardCharsets.UTF_8), null);
    }

    public static Delivery delivery(long offset, String words) {
        return delivery(Given.at(offset), words);
    }

    @Override
    public Change read(Delivery delivery) {
        String[] words = new String(delivery.value(), StandardCharsets.UTF_8).split(" ");
        Operation operation;
        try {
            operation = Operation.of(Operation.valueOf(words[0].toUpperCase(java.util.Locale.ROOT)).letter() + "");
        } catch (IllegalArgumentException e) {
            throw new UnreadableChangeException("the record " + delivery.position() + " is no change: '" + words[0] + "'", e);
        }
        Image row = operation == Operation.TRUNCATE ? null : image(SCHEMA, Long.parseLong(words[1]), words.length > 2 ? words[2] : null);
        Image before = operation == Operation.UPDATE || operation == Operation.DELETE ? row : null;
        Image after = operation == Operation.DELETE || operation == Operation.TRUNCATE ? null : row;
        return new Change("shop", Given.TABLE, operation, before, after, delivery.position(), "", delivery.storedAt(), false);
    }
}
