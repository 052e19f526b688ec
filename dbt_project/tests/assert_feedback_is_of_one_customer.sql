-- Fails if an answer names a customer id that no order or subscription by as_of bears, or those of several customers: it
-- counts for nobody.
{{ config(severity='warn') }}

select
    response_id,
    customer_id
from {{ ref('canonical_feedback') }}
where customer_key is null
