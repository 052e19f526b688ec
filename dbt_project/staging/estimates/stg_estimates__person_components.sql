with source as (

    select * from {{ source('raw_estimates', 'person_components') }}

),

renamed as (

    select
        node_no,
        component_no,
        edges_checksum
    from source

)

select * from renamed
