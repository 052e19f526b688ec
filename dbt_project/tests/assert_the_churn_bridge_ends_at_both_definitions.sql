-- Fails if the reasons of fct_churn_definition_bridge don't sum to what the two definitions lose, in customers and, towards revenue,
-- in money, for any month and segment.
with bridge as (

    select * from {{ ref('fct_churn_definition_bridge') }}

),

churn_monthly as (

    select * from {{ ref('fct_churn_monthly') }}

),

pairs as (

    select distinct from_definition, to_definition
    from bridge

),

ends as (

    select period_month, from_definition, to_definition, segment_name, segment_value, from_definition as definition,
        customers_from as bridged
    from bridge
    union all
    select period_month, from_definition, to_definition, segment_name, segment_value, to_definition as definition,
        case when to_definition = 'revenue' then money_to_reporting else customers_to end as bridged
    from bridge

),

both_sides as (

    select period_month, from_definition, to_definition, segment_name, segment_value, definition, bridged, 0 as lost
    from ends
    union all
    select
        churn_monthly.period_month,
        pairs.from_definition,
        pairs.to_definition,
        churn_monthly.segment_name,
        churn_monthly.segment_value,
        churn_monthly.definition,
        0 as bridged,
        churn_monthly.lost
    from churn_monthly
    inner join pairs
        on churn_monthly.definition in (pairs.from_definition, pairs.to_definition)

),

broken as (

    select
        period_month,
        from_definition,
        to_definition,
        segment_name,
        segment_value,
        definition,
        sum(bridged) as bridged,
        sum(lost) as lost
    from both_sides
    group by period_month, from_definition, to_definition, segment_name, segment_value, definition
    having sum(bridged) != sum(lost)

)

select * from broken
