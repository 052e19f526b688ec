{{ snapshot_dates(90) }}
