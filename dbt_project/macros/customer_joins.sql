{#- The company of a row, and the person of a customer id that comes with neither company, contact nor
    address. -#}
{%- macro customer_joins(row) -%}
    left join {{ ref('canonical_company_identifiers') }} as companies
        on companies.source_system = {{ row }}.source_system
        and companies.company_id = {{ row }}.company_id
    left join {{ ref('canonical_person_identifiers') }} as customer_identifiers
        on customer_identifiers.kind = 'customer'
        and customer_identifiers.source_system = {{ row }}.source_system
        and customer_identifiers.identifier = {{ row }}.customer_id
        and {{ row }}.company_id is null
        and {{ row }}.contact_id is null
        and {{ normalised_email(row ~ '.email') }} is null
{%- endmacro -%}
