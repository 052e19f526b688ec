{#- sha256 hex of an address that is already normalised; keyed where the connection carries a key. -#}
{%- macro email_hash(email) -%}
    {{ return(adapter.dispatch('email_hash')(email)) }}
{%- endmacro -%}

{%- macro default__email_hash(email) -%}
    encode(sha256(convert_to({{ email }}, 'UTF8')), 'hex')
{%- endmacro -%}

{%- macro spark__email_hash(email) -%}
    sha2({{ email }}, 256)
{%- endmacro -%}

{#- The key is a variable of the connection (profiles.yml), so that no compiled SQL or table holds it. -#}
{%- macro duckdb__email_hash(email) -%}
    sha256(coalesce(getvariable('email_hash_key'), '') || {{ email }})
{%- endmacro -%}
