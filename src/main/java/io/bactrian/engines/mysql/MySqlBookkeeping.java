package io.bactrian.engines.mysql;

import java.util.List;

/**
 * Bactrian's own tables in a MySQL warehouse. They are there in warehouses of earlier versions: change them with care.
 */
final class MySqlBookkeeping {

    static final List<String> STATEMENTS = List.of("""
            create table if not exists bactrian_watermarks (
              id int unsigned not null auto_increment primary key comment 'named by bactrian_log of each row',
              pipeline varchar(100) character set utf8mb4 collate utf8mb4_0900_bin not null,
              topic varchar(249) character set utf8mb4 collate utf8mb4_0900_bin not null,
              kafka_partition int not null,
              next_offset bigint not null comment 'all changes before it are in the warehouse',
              moved_at timestamp(6) not null default current_timestamp(6) on update current_timestamp(6),
              unique key one_a_partition (pipeline, topic, kafka_partition)
            ) comment 'Bactrian: what has been applied'""", """
            create table if not exists bactrian_dead_letters (
              pipeline varchar(100) character set utf8mb4 collate utf8mb4_0900_bin not null,
              id varchar(500) character set utf8mb4 collate utf8mb4_0900_bin not null,
              log int unsigned not null,
              kafka_offset bigint not null,
              key_hash binary(16) null,
              state varchar(60) not null,
              superseded_by bigint not null default -1 comment 'offset of a newer change of the same key',
              cleared varchar(10) not null default 'no' comment 'truncated or read_again: what became of the whole log since',
              opened_at timestamp(6) not null default current_timestamp(6),
              settled_at timestamp(6) null,
              primary key (pipeline, id),
              key of_a_log (log, state, key_hash)
            ) comment 'Bactrian: dead letters; their contents are in Kafka'""", """
            create table if not exists bactrian_models (
              name varchar(64) character set utf8mb4 collate utf8mb4_0900_bin not null primary key,
              file varchar(500) not null,
              definition mediumtext null comment 'the file that the table was made by; NULL before the first time',
              hash char(32) null,
              building mediumtext null comment 'the file that it is being made by',
              building_hash char(32) null,
              stale tinyint not null comment '1: is to be made anew',
              reason varchar(2000) null comment 'why it is not refreshed; NULL when all is well',
              made_at timestamp(6) null
            ) comment 'Bactrian: the models'""", """
            create table if not exists bactrian_model_locks (
              name varchar(64) character set utf8mb4 collate utf8mb4_0900_bin not null primary key
            ) comment 'Bactrian: locked while a model is refreshed'""", """
            create table if not exists bactrian_calendar (
              day date not null primary key,
              year smallint not null,
              quarter tinyint not null,
              month tinyint not null,
              month_name varchar(9) not null,
              day_of_month tinyint not null,
              day_of_week tinyint not null comment '1 is Monday',
              day_name varchar(9) not null,
              iso_year smallint not null,
              iso_week tinyint not null,
              is_weekend tinyint not null,
              begun tinyint not null comment '1 from the first second of the day on, UTC'
            ) comment 'Bactrian: the days'""",
            // Without touching a row that is there, since somebody may hold it for long.
            "insert into bactrian_models (name, file, stale) select '', '', 0 from (select 1 as one) o where not "
                    + "exists (select 1 from bactrian_models m where m.name = '')",
            "insert into bactrian_model_locks (name) select '' from (select 1 as one) o where not exists (select "
                    + "1 from bactrian_model_locks m where m.name = '')");

    private MySqlBookkeeping() {
    }
}
