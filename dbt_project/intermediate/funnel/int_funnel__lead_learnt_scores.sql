with lead_numbers as (

    select * from {{ ref('int_funnel__lead_numbers') }}

),

scores as (

    select * from {{ ref('stg_estimates__lead_scores') }}

),

signals as (

    select * from {{ ref('int_funnel__lead_signals') }}

),

matrix as (

    select row_no, checksum from {{ ref('int_funnel__lead_matrix') }}

),

numbered as (

    select
        lead_numbers.person_key,
        lead_numbers.snapshot_date,
        scores.*
    from scores
    inner join matrix
        on scores.row_no = matrix.row_no
        and scores.checksum = matrix.checksum
    inner join lead_numbers
        on scores.row_no = lead_numbers.row_no

),

with_reasons as (

    select
        numbered.person_key,
        numbered.snapshot_date,
        numbered.score as learnt_score,
        numbered.auc,
        {{- score_reasons('numbered') }},
        case numbered.refusal
            when 1 then {{ dbt.concat([
                "'too few leads to learn from: '", "cast(numbered.training_leads as " ~ dbt.type_string() ~ ")",
                "' of the '", "cast(numbered.needed as " ~ dbt.type_string() ~ ")", "' needed'",
            ]) }}
            when 2 then {{ dbt.concat([
                "'too few leads became opportunities to learn from: '",
                "cast(numbered.training_opportunities as " ~ dbt.type_string() ~ ")",
                "' of the '", "cast(numbered.needed as " ~ dbt.type_string() ~ ")", "' needed'",
            ]) }}
            when 3 then 'no later leads to judge the score by: of those, some must and some must not have become opportunities'
            when 4 then 'on later leads the score was no better than chance'
        end as learnt_refusal
    from numbered
    {{- score_reason_joins('numbered', 'signals', ['person_key', 'snapshot_date']) }}

),

learnt_scores as (

    select
        person_key,
        snapshot_date,
        learnt_score,
        auc,
        {{ dbt.concat([
            'reason_1',
            "coalesce(" ~ dbt.concat(["'; '", 'reason_2']) ~ ", '')",
            "coalesce(" ~ dbt.concat(["'; '", 'reason_3']) ~ ", '')",
        ]) }} as learnt_reasons,
        learnt_refusal
    from with_reasons

)

select * from learnt_scores
