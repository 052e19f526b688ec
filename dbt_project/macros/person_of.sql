{#- Whose a row is: its address, else its contact, else its anonymous id. Goes with person_joins. -#}
{%- macro person_of(row, has_anonymous_id=true) -%}
    coalesce(
        {{ person_of_email(row ~ '.email') }},
        contact_identifiers.person_key
        {%- if has_anonymous_id %},
        anonymous_identifiers.person_key
        {%- endif %}
    )
{%- endmacro -%}

{%- macro person_joins(row, has_anonymous_id=true) -%}
    left join {{ ref('canonical_person_identifiers') }} as contact_identifiers
        on contact_identifiers.kind = 'contact'
        and contact_identifiers.source_system = {{ row }}.source_system
        and contact_identifiers.identifier = {{ row }}.contact_id
    {%- if has_anonymous_id %}
    left join {{ ref('canonical_person_identifiers') }} as anonymous_identifiers
        on anonymous_identifiers.kind = 'anonymous'
        and anonymous_identifiers.source_system = {{ row }}.source_system
        and anonymous_identifiers.identifier = {{ row }}.anonymous_id
    {%- endif %}
{%- endmacro -%}

{#- The key of the person behind an address; NULL without one. -#}
{%- macro person_of_email(email) -%}
    case
        when {{ normalised_email(email) }} is not null
            then {{ surrogate_key(["'email'", normalised_email(email)]) }}
    end
{%- endmacro -%}
