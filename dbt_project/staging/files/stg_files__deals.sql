with source as (

    select * from {{ source('raw_files', 'deals') }}

),

renamed as (

    select
        deal_id,
        contact_id,
        company_id,

        stage,
        name,
        pipeline,
        currency,
        owner,
        product,
        deal_type,
        lead_source,
        segment,
        lost_reason,
        competitor,

        cast(amount as decimal(24, 6)) as amount,
        cast(probability as decimal(14, 8)) as probability,

        is_won,

        close_date_expected,

        cast(created_at as {{ dbt.type_timestamp() }}) as created_at,
        cast(closed_at as {{ dbt.type_timestamp() }}) as closed_at,
        cast(next_activity_at as {{ dbt.type_timestamp() }}) as next_activity_at,
        cast(last_activity_at as {{ dbt.type_timestamp() }}) as last_activity_at,
        cast(delivered_at as {{ dbt.type_timestamp() }}) as delivered_at,
        cast(updated_at as {{ dbt.type_timestamp() }}) as updated_at,

        row_number() over (
            partition by deal_id
            order by updated_at desc nulls last, _source_file desc, _source_row desc
        ) as version_no
    from source

),

newest as (

    select * from renamed
    where version_no = 1

)

select * from newest
