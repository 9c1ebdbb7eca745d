-- The bookstore's own database: who writes, what is sold, who bought what.
-- Repeating it is safe: everything is CREATE … IF NOT EXISTS, nothing is altered, emptied or dropped; a table that
-- somebody has altered since stays as it is.
--
-- Three habits matter to whoever captures these tables:
--   * No ON DELETE CASCADE and no ON UPDATE CASCADE: before 9.6, InnoDB runs cascades below the binary log, so the
--     rows that they change never show up as changes. The application deletes children itself.
--   * Stock is a derived number: books.stock = books.copies_delivered - sum(order_items.quantity - returned_quantity).
--     A sale inserts items and lowers stock; a cancellation deletes items and raises it; a return raises
--     order_items.returned_quantity and stock; a delivery from the publisher raises copies_delivered and stock and sets
--     last_delivery_at. Each does all of it in one transaction, so the equation holds at every commit, and a delivery
--     is recognised in the changes of books as after.copies_delivered - before.copies_delivered.
--   * orders.total is the sum of quantity * unit_price over the items that are there; a cancelled order has none.
--     orders.refunded is what went back to the customer, for returned items or for a paid order that was cancelled.
-- Instants are UTC in DATETIME columns; TIMESTAMP columns are the server's own bookkeeping.

CREATE DATABASE IF NOT EXISTS store CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci;

CREATE TABLE IF NOT EXISTS store.authors (
    author_id   BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    name        VARCHAR(200)    NOT NULL,
    born_on     DATE            NULL,
    country     CHAR(2)         NULL,
    biography   TEXT            NULL,
    updated_at  TIMESTAMP(6)    NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
    PRIMARY KEY (author_id)
) ENGINE = InnoDB;

CREATE TABLE IF NOT EXISTS store.books (
    book_id           BIGINT UNSIGNED   NOT NULL AUTO_INCREMENT,
    isbn              CHAR(13)          NOT NULL,
    title             VARCHAR(300)      NOT NULL,
    category          ENUM('fiction', 'crime', 'fantasy', 'poetry', 'history', 'science', 'travel', 'cooking', 'children', 'comics') NOT NULL,
    price             DECIMAL(10, 2)    NOT NULL,
    stock             INT UNSIGNED      NOT NULL,
    copies_delivered  INT UNSIGNED      NOT NULL,
    last_delivery_at  DATETIME(6)       NULL,
    published_on      DATE              NULL,
    weight_grams      SMALLINT UNSIGNED NOT NULL,
    in_print          BOOLEAN           NOT NULL DEFAULT TRUE,
    attributes        JSON              NULL,
    description       TEXT              NULL,
    updated_at        TIMESTAMP(6)      NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
    PRIMARY KEY (book_id),
    UNIQUE KEY books_by_isbn (isbn),
    KEY books_by_category (category)
) ENGINE = InnoDB;

CREATE TABLE IF NOT EXISTS store.book_authors (
    book_id    BIGINT UNSIGNED  NOT NULL,
    author_id  BIGINT UNSIGNED  NOT NULL,
    position   TINYINT UNSIGNED NOT NULL,
    role       ENUM('author', 'editor', 'translator', 'illustrator') NOT NULL,
    PRIMARY KEY (book_id, author_id),
    KEY book_authors_by_author (author_id),
    CONSTRAINT book_authors_book FOREIGN KEY (book_id) REFERENCES store.books (book_id),
    CONSTRAINT book_authors_author FOREIGN KEY (author_id) REFERENCES store.authors (author_id)
) ENGINE = InnoDB;

CREATE TABLE IF NOT EXISTS store.customers (
    customer_id  BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    name         VARCHAR(200)    NOT NULL,
    email        VARCHAR(254)    NOT NULL,
    phone        VARCHAR(32)     NULL,
    address      VARCHAR(200)    NOT NULL,
    city         VARCHAR(100)    NOT NULL,
    postal_code  VARCHAR(12)     NOT NULL,
    country      CHAR(2)         NOT NULL,
    born_on      DATE            NULL,
    newsletter   BOOLEAN         NOT NULL DEFAULT FALSE,
    created_at   DATETIME(6)     NOT NULL,
    updated_at   TIMESTAMP(6)    NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
    PRIMARY KEY (customer_id)
) ENGINE = InnoDB;

CREATE TABLE IF NOT EXISTS store.orders (
    order_id              BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    customer_id           BIGINT UNSIGNED NOT NULL,
    status                ENUM('placed', 'paid', 'shipped', 'delivered', 'cancelled', 'returned') NOT NULL,
    placed_at             DATETIME(6)     NOT NULL,
    paid_at               DATETIME(6)     NULL,
    payment_method        ENUM('card', 'transfer', 'invoice', 'wallet') NULL,
    total                 DECIMAL(12, 2)  NOT NULL,
    refunded              DECIMAL(12, 2)  NOT NULL DEFAULT 0.00,
    recipient             VARCHAR(200)    NOT NULL,
    delivery_address      VARCHAR(200)    NOT NULL,
    delivery_city         VARCHAR(100)    NOT NULL,
    delivery_postal_code  VARCHAR(12)     NOT NULL,
    delivery_country      CHAR(2)         NOT NULL,
    note                  TEXT            NULL,
    updated_at            TIMESTAMP(6)    NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
    PRIMARY KEY (order_id),
    KEY orders_by_customer (customer_id),
    CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES store.customers (customer_id)
) ENGINE = InnoDB;

-- Lines of an order are numbered from 1 without gaps: taking one out renumbers those behind it, which changes their key.
CREATE TABLE IF NOT EXISTS store.order_items (
    order_id           BIGINT UNSIGNED   NOT NULL,
    line_number        SMALLINT UNSIGNED NOT NULL,
    book_id            BIGINT UNSIGNED   NOT NULL,
    quantity           SMALLINT UNSIGNED NOT NULL,
    unit_price         DECIMAL(10, 2)    NOT NULL,
    gift_message       VARCHAR(300)      NULL,
    returned_quantity  SMALLINT UNSIGNED NOT NULL DEFAULT 0,
    returned_at        DATETIME(6)       NULL,
    PRIMARY KEY (order_id, line_number),
    KEY order_items_by_book (book_id),
    CONSTRAINT order_items_order FOREIGN KEY (order_id) REFERENCES store.orders (order_id),
    CONSTRAINT order_items_book FOREIGN KEY (book_id) REFERENCES store.books (book_id)
) ENGINE = InnoDB;
