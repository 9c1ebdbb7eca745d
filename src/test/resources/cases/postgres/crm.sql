-- As pg_dump writes tables: nothing is found without its schema's name.
SELECT pg_catalog.set_config('search_path', '', false);

CREATE TYPE public.mood AS ENUM ('sad', 'well');

CREATE TABLE public.people (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    mood public.mood,
    tags text[],
    active boolean DEFAULT true NOT NULL,
    seen_at timestamp with time zone DEFAULT now() NOT NULL,
    doc jsonb,
    amount numeric(10,2),
    "firstSeen" date DEFAULT CURRENT_DATE
);

CREATE TABLE public.visits (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person text,
    copies integer
);
