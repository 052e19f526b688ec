{#- At every month's beginning a customer has one value of each of the first; the others are known of who left alone. -#}
{%- set of_everybody = ['tenure_band', 'plan', 'cohort_month', 'season', 'last_campaign'] -%}
{%- set of_the_lost = ['cancel_reason', 'churn_type'] -%}

with months_at_risk as (

    select
        *,
        cast(first_month as {{ dbt.type_string() }}) as cohort_month,
        substring(cast(period_month as {{ dbt.type_string() }}), 6, 2) as season,
        case when is_lost then 1 else 0 end as lost,
        case when is_lost then mrr_before_reporting else 0 end as mrr_lost_reporting
    from {{ ref('int_churn__months_at_risk') }}

),

by_pattern as (

    {%- for pattern in of_everybody + of_the_lost %}
    select
        '{{ pattern }}' as pattern,
        {{ pattern }} as pattern_value,
        {{ 'count(*)' if pattern in of_everybody else 'cast(null as bigint)' }} as customer_months,
        sum(lost) as lost,
        sum(mrr_lost_reporting) as mrr_lost_reporting
    from months_at_risk
    {%- if pattern in of_the_lost %}
    where is_lost
    {%- endif %}
    group by {{ pattern }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

altogether as (

    select
        count(*) as customer_months,
        sum(lost) as lost
    from months_at_risk

),

churn_patterns as (

    select
        by_pattern.pattern,
        by_pattern.pattern_value,
        by_pattern.customer_months,
        cast(by_pattern.lost as bigint) as lost,
        cast(by_pattern.mrr_lost_reporting as decimal(24, 6)) as mrr_lost_reporting,
        cast(by_pattern.lost as double) / by_pattern.customer_months as churn_rate,
        {{ wilson_bound('low', 'by_pattern.lost', 'by_pattern.customer_months') }} as churn_rate_low,
        {{ wilson_bound('high', 'by_pattern.lost', 'by_pattern.customer_months') }} as churn_rate_high,
        cast(by_pattern.lost as double) / nullif(altogether.lost, 0) as share_of_lost,
        cast(by_pattern.lost as double) * altogether.customer_months / nullif(by_pattern.customer_months * altogether.lost, 0) as lift
    from by_pattern
    cross join altogether
    order by by_pattern.pattern, by_pattern.pattern_value

)

select * from churn_patterns
