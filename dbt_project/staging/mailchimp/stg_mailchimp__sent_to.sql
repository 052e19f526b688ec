with source as (

    select * from {{ source('raw_mailchimp', 'sent_to') }}

),

renamed as (

    select
        campaign_id,
        email_id,
        _source_account_id as source_account_id,

        email_address as email,
        status,

        row_number() over (
            partition by campaign_id, email_id
            order by _dlt_load_id desc
        ) as version_no
    from source

),

newest as (

    select * from renamed
    where version_no = 1

)

select * from newest
