with rates as (

    select * from {{ ref('exchange_rates') }}

),

given_rates as (

    select
        upper(trim(currency)) as currency,
        rate_date as valid_from,
        rate_to_reporting
    from rates
    where upper(trim(currency)) != '{{ var("reporting_currency") }}'

),

with_reporting_currency as (

    select * from given_rates
    union all
    select
        '{{ var("reporting_currency") }}' as currency,
        cast('1900-01-01' as date) as valid_from,
        cast(1 as decimal(14, 8)) as rate_to_reporting

),

intervals as (

    select
        currency,
        valid_from,
        lead(valid_from) over (partition by currency order by valid_from) as valid_to,
        coalesce(
            lead(valid_from) over (partition by currency order by valid_from),
            cast('9999-12-31' as date)
        ) as valid_to_or_end,
        rate_to_reporting
    from with_reporting_currency

)

select * from intervals
