{%- set measures = ['billed', 'matched', 'unmatched', 'non_ad_grain', 'deleted_entity', 'outside_window'] -%}

with account_days as (

    select * from {{ ref('int_attribution__account_days') }}

),

bounds as (

    select * from {{ ref('int_attribution__reporting_day_bounds') }}

),

spend_ledger as (

    select
        account_days.date_day,
        account_days.platform,
        account_days.account_id,
        account_days.time_zone,
        account_days.currency,
        {%- for measure in measures %}
        cast(account_days.{{ measure }}_spend as decimal(24, 6)) as {{ measure }}_spend,
        {%- endfor %}
        {%- for measure in measures %}
        cast(account_days.{{ measure }}_spend_reporting as decimal(24, 6)) as {{ measure }}_spend_reporting,
        {%- endfor %}
        cast(bounds.billed_reporting_low as decimal(24, 6)) as billed_reporting_low,
        cast(bounds.billed_reporting_high as decimal(24, 6)) as billed_reporting_high
    from account_days
    left join bounds
        on account_days.date_day = bounds.date_day
        and account_days.platform = bounds.platform
        and coalesce(account_days.account_id, '') = coalesce(bounds.account_id, '')
        and account_days.currency = bounds.currency
    order by account_days.date_day, account_days.platform, account_days.account_id nulls first, account_days.currency

)

select * from spend_ledger
