with deals as (

    select * from {{ ref('canonical_deals') }}

),

told as (

    select
        deal_key,
        changed_at,
        close_date,
        row_number() over (partition by deal_key order by changed_at, close_date) as change_no,
        row_number() over (partition by deal_key, changed_at order by close_date desc) as recency_at_moment
    from (
        select
            deal_key,
            changed_at,
            {{ dbt.safe_cast('value', 'date') }} as close_date
        from {{ ref('canonical_deal_field_history') }}
        where field = 'close_date_expected'
    ) as history
    where close_date is not null

),

-- What is set after a deal closed is no expectation.
expected as (

    select
        told.deal_key,
        told.changed_at,
        told.close_date,
        0 as is_record
    from told
    inner join deals on told.deal_key = deals.deal_key
    where
        told.recency_at_moment = 1
        and (told.change_no = 1 or not deals.is_closed or deals.closed_at is null or told.changed_at <= deals.closed_at)
    union all
    select
        deals.deal_key,
        cast(null as {{ dbt.type_timestamp() }}) as changed_at,
        deals.close_date_expected as close_date,
        1 as is_record
    from deals
    left join told
        on deals.deal_key = told.deal_key
        and told.change_no = 1
    where deals.close_date_expected is not null and (told.deal_key is null or not deals.is_closed)

),

close_dates as (

    select
        deal_key,
        row_number() over (partition by deal_key order by is_record, changed_at) as date_no,
        changed_at,
        close_date,
        lag(close_date) over (partition by deal_key order by is_record, changed_at) as previous_close_date
    from expected

)

select * from close_dates
