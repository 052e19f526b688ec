with source as (

    select * from {{ source('raw_mailchimp', 'lists') }}

),

renamed as (

    select
        id as list_id,
        _source_account_id as source_account_id,

        name as list_name,

        cast(date_created as {{ dbt.type_timestamp() }}) as created_at,

        row_number() over (
            partition by id
            order by _dlt_load_id desc
        ) as version_no
    from source

),

newest as (

    select * from renamed
    where version_no = 1

)

select * from newest
