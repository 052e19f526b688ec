with snapshots as (

    select * from {{ ref('int_funnel__lead_snapshots') }}
    where is_current

),

people as (

    select * from {{ ref('dim_people') }}

),

rule_scores as (

    select * from {{ ref('int_funnel__lead_rule_scores') }}

),

learnt_scores as (

    select * from {{ ref('int_funnel__lead_learnt_scores') }}

),

scored as (

    select
        snapshots.person_key,
        people.contact_id,
        snapshots.lifecycle_stage,
        rule_scores.rule_score,
        rule_scores.rule_reasons,
        case when learnt_scores.learnt_refusal is null then learnt_scores.learnt_score end as learnt_score,
        case when learnt_scores.learnt_refusal is null then learnt_scores.learnt_reasons end as learnt_reasons,
        case
            when learnt_scores.person_key is null then 'not learnt from these leads yet'
            else learnt_scores.learnt_refusal
        end as learnt_refusal,
        snapshots.snapshot_at as scored_at,
        people.segment,
        people.owner
    from snapshots
    inner join people
        on snapshots.person_key = people.person_key
    inner join rule_scores
        on snapshots.person_key = rule_scores.person_key
        and snapshots.snapshot_date = rule_scores.snapshot_date
    left join learnt_scores
        on snapshots.person_key = learnt_scores.person_key
        and snapshots.snapshot_date = learnt_scores.snapshot_date

),

-- Either score ranks all leads of a run: a refusal, or none, is the same for everybody. Leads of one score share a place.
ranked as (

    select
        *,
        cume_dist() over (
            order by
                learnt_score desc nulls last,
                case when learnt_score is null then rule_score end desc nulls last
        ) as place
    from scored

),

lead_scores as (

    select
        person_key,
        contact_id,
        rule_score,
        rule_reasons,
        learnt_score,
        learnt_reasons,
        learnt_refusal,
        case
            when place <= {{ var('lead_score_high_share') }} then 'high'
            when place <= {{ var('lead_score_medium_share') }} then 'medium'
            else 'low'
        end as score_band,
        scored_at,
        lifecycle_stage,
        segment,
        owner
    from ranked
    order by person_key

)

select * from lead_scores
