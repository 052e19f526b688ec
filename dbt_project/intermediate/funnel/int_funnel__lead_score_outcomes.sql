with snapshots as (

    select * from {{ ref('int_funnel__lead_snapshots') }}
    where is_evaluation

),

rule_scores as (

    select * from {{ ref('int_funnel__lead_rule_scores') }}

),

learnt_scores as (

    select * from {{ ref('int_funnel__lead_learnt_scores') }}

),

scored as (

    select
        'rule' as score_name, snapshots.person_key, snapshots.snapshot_date, snapshots.is_opportunity,
        rule_scores.rule_score as score, cast(null as double) as probability
    from snapshots
    inner join rule_scores
        on snapshots.person_key = rule_scores.person_key
        and snapshots.snapshot_date = rule_scores.snapshot_date
    union all
    select
        'learnt' as score_name, snapshots.person_key, snapshots.snapshot_date, snapshots.is_opportunity,
        learnt_scores.learnt_score as score, learnt_scores.learnt_score as probability
    from snapshots
    inner join learnt_scores
        on snapshots.person_key = learnt_scores.person_key
        and snapshots.snapshot_date = learnt_scores.snapshot_date
    where learnt_scores.learnt_score is not null

),

-- Equal scores share a rank, and so a bin: nothing but the score may decide in which bin a lead is.
ranked as (

    select
        *,
        rank() over (partition by score_name order by score asc nulls last) as first_rank,
        count(*) over (partition by score_name, score) as ties,
        count(*) over (partition by score_name) as leads
    from scored

),

outcomes as (

    select
        score_name,
        snapshot_date,
        is_opportunity,
        score,
        probability,
        cast(floor(10.0 * (first_rank - 1) / leads) as integer) as tenth,
        first_rank + (ties - 1) / 2.0 as middle_rank
    from ranked

)

select * from outcomes
