{{ snapshot_dates(var('lead_score_horizon_days')) }}
