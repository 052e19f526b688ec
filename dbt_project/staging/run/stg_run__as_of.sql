with source as (

    select * from {{ source('run', 'as_of') }}

),

renamed as (

    select cast(as_of as {{ dbt.type_timestamp() }}) as as_of
    from source

)

select * from renamed
