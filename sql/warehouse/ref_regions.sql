-- Which region a postal code belongs to, by its country and first two characters: looked up by routes.
-- Repeating it is safe: the table is made when it is not there, and its rows are put in again; a file of this folder is one transaction,
-- so that nobody sees the table without them.

CREATE TABLE IF NOT EXISTS ref_regions (
    country        CHAR(2)      NOT NULL,
    postal_prefix  VARCHAR(2)   NOT NULL,
    region         VARCHAR(60)  NOT NULL,
    PRIMARY KEY (country, postal_prefix)
);

DELETE FROM ref_regions;

INSERT INTO ref_regions (country, postal_prefix, region) VALUES
    ('DE', '10', 'Berlin'), ('DE', '20', 'Hamburg'), ('DE', '80', 'Bayern'), ('DE', '50', 'Nordrhein-Westfalen'), ('DE', '04', 'Sachsen'),
    ('AT', '10', 'Wien'), ('AT', '11', 'Wien'), ('AT', '12', 'Wien'), ('AT', '13', 'Wien'), ('AT', '14', 'Wien'),
    ('AT', '15', 'Wien'), ('AT', '16', 'Wien'), ('AT', '17', 'Wien'), ('AT', '18', 'Wien'), ('AT', '19', 'Wien'),
    ('CH', '80', 'Zürich'), ('FR', '75', 'Île-de-France'), ('FR', '69', 'Auvergne-Rhône-Alpes'),
    ('ES', '28', 'Comunidad de Madrid'), ('ES', '29', 'Andalucía'), ('IT', '00', 'Lazio'), ('NL', '10', 'Noord-Holland'),
    ('DK', '20', 'Hovedstaden'), ('DK', '21', 'Hovedstaden'), ('DK', '22', 'Hovedstaden'), ('DK', '23', 'Hovedstaden'), ('DK', '24', 'Hovedstaden'),
    ('DK', '25', 'Hovedstaden'), ('DK', '26', 'Hovedstaden'), ('DK', '27', 'Hovedstaden'), ('DK', '28', 'Hovedstaden'), ('DK', '29', 'Hovedstaden'),
    ('SE', '41', 'Västra Götaland'), ('GB', 'SW', 'Greater London'), ('GB', 'EH', 'Scotland'), ('IE', 'D0', 'Dublin'),
    ('US', '10', 'New York'), ('US', '97', 'Oregon'), ('JP', '10', '東京都'), ('SA', '11', 'الرياض');
