//! The ids of the sample resources: fixed, so that a sample is the same each time.

use crate::message::ResourceId;

macro_rules! ids {
    ($($name:ident = $uuid:literal;)*) => {
        $(pub(super) const $name: ResourceId =
            ResourceId { uuid: $uuid, urn: concat!("urn:uuid:", $uuid) };)*
    };
}

ids! {
    ACCOUNT = "de403361-f63b-49e4-9bde-6c2805b3f0e6";
    APPOINTMENT = "4f660473-c22b-4858-a484-cd314a37e778";
    ATTENDING = "7000e34a-8af3-4cdc-9efe-a55b725ded40";
    CHARGE_ITEM = "55f29999-78b5-4249-9469-badf1851a10b";
    COVERAGE = "b23530eb-4654-4ef0-87b0-da0b39ebbd63";
    CREATININE = "d282c062-bbb5-4363-b328-e39a480df1a0";
    DEVICE_REQUEST = "92780f4a-92f8-4b44-957c-bb2aef372271";
    DIAGNOSTIC_REPORT = "41e024cb-4045-45d9-855b-26fb2aa9cbec";
    DOCUMENT = "390c229b-3f88-4f5b-8169-99dfd9e1652c";
    DOCUMENT_BEFORE = "4dbb6ce5-85d5-41ac-a9a0-c57d293009c5";
    ENCOUNTER = "c5dbc041-b2da-45ca-9887-faae186bff33";
    GLUCOSE = "920c5116-12e6-4503-b489-98826005f608";
    HOSPITAL = "b55dc70b-b2ed-406d-a65a-15df7cefb23d";
    INTENSIVE_CARE = "51f80843-207f-45e7-8824-46c64b83e811";
    MEDICATION_REQUEST = "53cc9126-1107-4caa-a5b3-457297967141";
    PATIENT = "e34fdbde-698e-4bde-a537-45ddfa84af57";
    PATIENT_BEFORE = "ff892103-8d2e-4ab7-97e3-e416611e8a83";
    PAYER = "74279ab1-c978-4925-b2a6-1070e988cc7a";
    REFERRAL = "67a55cff-7bc8-472a-b156-3908f551f9d9";
    SCHEDULE = "cd3adec8-6fdc-414d-9093-31ddbb37ec99";
    SERVICE_REQUEST = "64164e50-7d13-43ee-b448-f9ffd257348a";
    SLOT = "448202f5-f0ae-4644-ae32-9db4bef4d0ce";
    SPECIMEN = "aea84912-0deb-4e7b-b4be-f03ed697b8bb";
    SURGEON = "d74a2d95-2d52-4935-8b9b-1660257dd855";
    TASK = "6ae5c024-5a21-43d3-be45-86b619d9e8dd";
    WARD = "679f23d6-aa24-4fc8-9209-ffd6d2b352b5";
}
