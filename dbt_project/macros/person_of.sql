{#- Whose a row is: its contact's, else its address's, else its anonymous id's. All that a row names are one
    person, except where one of them is shared: a mailbox or a browser of many says less than a contact.
    Goes with person_joins. -#}
{%- macro person_of(row, has_anonymous_id=true) -%}
    coalesce(
        contact_identifiers.person_key,
        email_identifiers.person_key
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
    {{ email_join(row) }}
    {%- if has_anonymous_id %}
    left join {{ ref('canonical_person_identifiers') }} as anonymous_identifiers
        on anonymous_identifiers.kind = 'anonymous'
        and anonymous_identifiers.source_system = {{ row }}.source_system
        and anonymous_identifiers.identifier = {{ row }}.anonymous_id
    {%- endif %}
{%- endmacro -%}

{#- The person behind a row's address, as email_identifiers. -#}
{%- macro email_join(row) -%}
    left join {{ ref('canonical_person_identifiers') }} as email_identifiers
        on email_identifiers.kind = 'email'
        and email_identifiers.identifier = {{ normalised_email(row ~ '.email') }}
{%- endmacro -%}

{#- The key of the person whom an identifier stands for where nothing links it to another. -#}
{%- macro person_key_of_identifier(kind, source_system, identifier) -%}
    case
        when {{ kind }} = 'email' then {{ surrogate_key(["'email'", identifier]) }}
        else {{ surrogate_key([kind, source_system, identifier]) }}
    end
{%- endmacro -%}
