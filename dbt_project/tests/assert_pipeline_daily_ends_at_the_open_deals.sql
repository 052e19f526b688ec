-- Fails if the last day of fct_pipeline_daily isn't the deals that were open at its end, in number and in amount (to the cent),
-- by pipeline, stage and owner. What happened to a deal at the very moment of as_of belongs to the next day: the deal stands
-- as it was before, at the rate of the last day. Deals without a creation are in no day.
with as_of as (

    select
        as_of_date,
        cast({{ dbt.dateadd('day', -1, 'as_of_date') }} as date) as last_day
    from {{ ref('canonical_as_of') }}

),

changes as (

    select deal_key, 'stage' as field, stage as value, is_closed, stage_order, entered_at as changed_at
    from {{ ref('canonical_deal_stage_history') }}
    union all
    select deal_key, field, value, false as is_closed, 0 as stage_order, changed_at
    from {{ ref('canonical_deal_field_history') }}

),

-- The last value before as_of, else the first that is known.
values_by_recency as (

    select
        changes.*,
        max({{ reporting_day('changes.changed_at') }}) over (partition by changes.deal_key, changes.field) >= as_of.as_of_date
            as has_changed_since,
        row_number() over (
            partition by changes.deal_key, changes.field
            order by
                case when {{ reporting_day('changes.changed_at') }} < as_of.as_of_date then 0 else 1 end,
                changes.changed_at desc,
                changes.stage_order desc,
                changes.value desc
        ) as recency
    from changes
    cross join as_of

),

expected as (

    select
        {% for field in ['pipeline', 'owner'] -%}
        coalesce(case when {{ field }}.has_changed_since then {{ field }}.value else deals.{{ field }} end, 'unknown') as {{ field }},
        {% endfor -%}
        case when stage.has_changed_since or deals.is_closed then coalesce(stage.value, 'unknown') else deals.stage end as stage,
        {{ to_reporting(
            "case when amount.has_changed_since then cast(amount.value as decimal(24, 6)) else deals.amount end",
            'deals.currency', 'as_of.last_day'
        ) }} as amount_reporting
    from {{ ref('canonical_deal_lives') }} as deals
    cross join as_of
    {{ exchange_rate_join(ref('canonical_exchange_rates'), 'deals.currency', 'as_of.last_day') }}
    {%- for field in ['pipeline', 'owner', 'stage', 'amount'] %}
    left join values_by_recency as {{ field }}
        on deals.deal_key = {{ field }}.deal_key
        and {{ field }}.field = '{{ field }}'
        and {{ field }}.recency = 1
    {%- endfor %}
    where
        {{ reporting_day('deals.created_at') }} < as_of.as_of_date
        and (not deals.is_closed or {{ reporting_day('deals.closed_at') }} >= as_of.as_of_date)
        and (deals.deleted_at is null or {{ reporting_day('deals.deleted_at') }} >= as_of.as_of_date)
        and not ((stage.has_changed_since or deals.is_closed) and coalesce(stage.is_closed, false))

),

both_sides as (

    select pipeline, stage, owner, open_deals, amount_reporting, 0 as expected_deals, 0 as expected_amount
    from {{ ref('fct_pipeline_daily') }}
    inner join as_of
        on date_day = as_of.last_day
    union all
    select pipeline, stage, owner, 0, 0, 1, amount_reporting
    from expected

),

failures as (

    select
        pipeline,
        stage,
        owner,
        sum(open_deals) as open_deals,
        sum(expected_deals) as expected_deals,
        sum(amount_reporting) as amount_reporting,
        sum(expected_amount) as expected_amount
    from both_sides
    group by pipeline, stage, owner
    having
        sum(open_deals) <> sum(expected_deals)
        or abs(coalesce(sum(amount_reporting), 0) - coalesce(sum(expected_amount), 0)) > 0.01

)

select * from failures
