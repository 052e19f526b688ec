{%- set movements = ['gained', 'returned', 'expansion', 'contraction', 'lost', 'fx'] -%}

with changes as (

    select * from {{ ref('int_churn__changes') }}

),

customer_traits as (

    select * from {{ ref('int_core__customer_traits') }}

),

months as (

    select * from {{ ref('int_churn__months') }}

),

by_segment as (

    select
        changes.definition,
        changes.unit,
        changes.period_month,
        customer_traits.segment_name,
        customer_traits.segment_value,
{%- for movement in movements %}
        sum(case when changes.change = '{{ movement }}' then changes.quantity else 0 end) as {{ movement }},
{%- endfor %}
        sum(case when changes.change = 'lost' and changes.churn_type = 'voluntary' then changes.quantity else 0 end) as lost_voluntary,
        sum(case when changes.change = 'lost' and changes.churn_type = 'involuntary' then changes.quantity else 0 end)
            as lost_involuntary
    from changes
    inner join customer_traits
        on changes.customer_key = customer_traits.customer_key
    group by
        changes.definition, changes.unit, changes.period_month, customer_traits.segment_name, customer_traits.segment_value

),

segments as (

    select
        definition,
        unit,
        segment_name,
        segment_value,
        min(period_month) as first_month
    from by_segment
    group by definition, unit, segment_name, segment_value

),

segment_months as (

    select
        months.period_month,
        segments.definition,
        segments.unit,
        segments.segment_name,
        segments.segment_value
{%- for movement in movements + ['lost_voluntary', 'lost_involuntary'] %},
        cast(coalesce(by_segment.{{ movement }}, 0) as decimal(24, 6)) as {{ movement }}
{%- endfor %}
    from segments
    inner join months
        on segments.first_month <= months.period_month
    left join by_segment
        on months.period_month = by_segment.period_month
        and segments.definition = by_segment.definition
        and segments.segment_name = by_segment.segment_name
        and segments.segment_value = by_segment.segment_value

)

select * from segment_months
