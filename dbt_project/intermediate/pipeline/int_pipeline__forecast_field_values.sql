with history as (

    select * from {{ ref('canonical_deal_field_history') }}
    where field in ('amount', 'close_date_expected', 'pipeline')

),

-- Of several values of one moment the last in order stands; the others' stretch is empty.
field_values as (

    select
        deal_key,
        field,
        value,
        changed_at as known_from,
        coalesce(
            lead(changed_at) over (
                partition by deal_key, field
                order by changed_at asc nulls last, value asc nulls first
            ),
            cast('9999-12-31' as {{ dbt.type_timestamp() }})
        ) as known_until
    from history

)

select * from field_values
