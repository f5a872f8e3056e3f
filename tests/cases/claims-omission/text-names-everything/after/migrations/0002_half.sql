ALTER TABLE a ADD COLUMN half integer;
