with source as (

    select * from {{ source('run', 'version') }}

),

renamed as (

    select cast(version as {{ dbt.type_string() }}) as version
    from source

)

select * from renamed
