with source as (

    select * from {{ source('raw_files', 'subscription_periods') }}

),

renamed as (

    select
        subscription_id,
        customer_id,
        contact_id,
        company_id,

        email,
        currency,
        plan,
        segment,
        cancel_reason,
        churn_type,

        interval_months,
        quantity,
        cast(monthly_amount as decimal(24, 6)) as monthly_amount,
        cast(discount_amount as decimal(24, 6)) as discount_amount,

        is_trial,

        cast(started_at as {{ dbt.type_timestamp() }}) as started_at,
        cast(ended_at as {{ dbt.type_timestamp() }}) as ended_at,

        row_number() over (
            partition by subscription_id, started_at
            order by _source_file desc, _source_row desc
        ) as version_no
    from source

),

newest as (

    select * from renamed
    where version_no = 1

)

select * from newest
