with numbers as (

    select * from {{ ref('int_risk__numbers') }}

),

matrix as (

    select row_no, checksum from {{ ref('int_risk__matrix') }}

),

risks as (

    select * from {{ ref('stg_estimates__churn_risks') }}

),

signals as (

    select * from {{ ref('int_risk__signals') }}

),

numbered as (

    select
        numbers.customer_key,
        numbers.snapshot_date,
        risks.*
    from risks
    inner join matrix
        on risks.row_no = matrix.row_no
        and risks.checksum = matrix.checksum
    inner join numbers
        on risks.row_no = numbers.row_no

),

scores as (

    select
        numbered.customer_key,
        numbered.snapshot_date,
        numbered.score as probability,
        {{- score_reasons('numbered') }},
        case numbered.refusal
            when 1 then {{ dbt.concat([
                "'too few customers to learn from: '", "cast(numbered.training_customers as " ~ dbt.type_string() ~ ")",
                "' of the '", "cast(numbered.needed as " ~ dbt.type_string() ~ ")", "' needed'",
            ]) }}
            when 2 then {{ dbt.concat([
                "'too few customers left to learn from: '", "cast(numbered.training_losses as " ~ dbt.type_string() ~ ")",
                "' losses of the '", "cast(numbered.needed as " ~ dbt.type_string() ~ ")", "' needed'",
            ]) }}
            when 3 then 'no later customers to judge the risk by: of those, some must and some must not have left'
            when 4 then 'on later customers the risk was no better than chance'
        end as refusal
    from numbered
    {{- score_reason_joins('numbered', 'signals', ['customer_key', 'snapshot_date']) }}

)

select * from scores
