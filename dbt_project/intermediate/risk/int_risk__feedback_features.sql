with snapshots as (

    select customer_key, snapshot_date, snapshot_at from {{ ref('int_risk__snapshots') }}

),

feedback as (

    select * from {{ ref('canonical_feedback') }}
    where survey_type in ('nps', 'csat')

),

by_recency as (

    select
        snapshots.customer_key,
        snapshots.snapshot_date,
        feedback.survey_type,
        feedback.score,
        row_number() over (
            partition by snapshots.customer_key, snapshots.snapshot_date, feedback.survey_type
            order by feedback.responded_at desc nulls last, feedback.response_key asc nulls last
        ) as recency
    from snapshots
    inner join feedback
        on snapshots.customer_key = feedback.customer_key
        and feedback.responded_at <= snapshots.snapshot_at

),

feedback_features as (

    select
        customer_key,
        snapshot_date,
        max(case when survey_type = 'nps' then score end) as last_nps,
        max(case when survey_type = 'csat' then score end) as last_csat
    from by_recency
    where recency = 1
    group by customer_key, snapshot_date

)

select * from feedback_features
