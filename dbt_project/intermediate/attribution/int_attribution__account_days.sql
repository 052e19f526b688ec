{%- set buckets = ['matched', 'unmatched', 'non_ad_grain', 'deleted_entity', 'outside_window'] -%}

with ad_performance as (

    select * from {{ ref('canonical_ad_performance') }}

),

touchpoints as (

    select * from {{ ref('fct_touchpoints') }}

),

first_touch as (

    select min({{ reporting_day('occurred_at') }}) as first_day
    from touchpoints

),

judged as (

    select
        ad_performance.platform,
        ad_performance.account_id,
        ad_performance.time_zone,
        ad_performance.currency,
        ad_performance.date_day,
        ad_performance.spend,
        ad_performance.spend_reporting,
        case
            when ad_performance.date_day < first_touch.first_day then 'outside_window'
            when not ad_performance.has_campaign_record then 'unmatched'
            when ad_performance.is_deleted then 'deleted_entity'
            when ad_performance.ad_id is null then 'non_ad_grain'
            else 'matched'
        end as bucket
    from ad_performance
    cross join first_touch

),

account_days as (

    select
        platform,
        account_id,
        max(time_zone) as time_zone,
        currency,
        date_day,
        sum(spend) as billed_spend,
        {%- for bucket in buckets %}
        sum(case when bucket = '{{ bucket }}' then spend else 0 end) as {{ bucket }}_spend,
        {%- endfor %}
        sum(spend_reporting) as billed_spend_reporting,
        {%- for bucket in buckets %}
        sum(case when bucket = '{{ bucket }}' then spend_reporting else 0 end) as {{ bucket }}_spend_reporting
        {{- ',' if not loop.last }}
        {%- endfor %}
    from judged
    group by platform, account_id, currency, date_day

)

select * from account_days
