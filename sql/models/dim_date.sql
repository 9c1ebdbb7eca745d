-- Dimension: every day. Facts point here by the day itself.
-- key: day
-- reads bactrian_calendar: day
SELECT c.day, c.year, c.quarter, c.month, c.month_name, c.day_of_month, c.day_of_week, c.day_name, c.iso_year, c.iso_week, c.is_weekend
FROM bactrian_calendar c
WHERE TRUE /* keys: c.day */
