//! Names that each vendor's pages call good, and names that they call bad.

/// Names that a setting takes, and names that it does not.
pub(super) type Names = (&'static str, &'static [&'static str], &'static [&'static str]);

const REGIONS: Names = (
    "region",
    &[
        "us-east-1",
        "eu-central-1",
        "ap-southeast-4",
        "us-gov-west-1",
        "cn-north-1",
        "us-iso-east-1",
        "eusc-de-east-1",
    ],
    &[
        "us-east",
        "us-east-1a",
        "US-EAST-1",
        "US East (N. Virginia)",
        "us_east_1",
        "-us-east-1",
        "us--east-1",
        "1",
    ],
);

const S3_BUCKETS: Names = (
    "bucketName",
    &[
        "amzn-s3-bucket",
        "example.com",
        "my.example.s3.bucket",
        "log-delivery-march-2020",
        "abc",
        "1-2",
        "192.168.5",
    ],
    &[
        "ab",
        "my_bucket",
        "MyBucket",
        "my-bucket-",
        "-my-bucket",
        ".bucket",
        "bucket.",
        "my..bucket",
        "192.168.5.4",
        "999.168.5.4",
        "xn--bucket",
        "sthree-bucket",
        "sthree-configurator",
        "amzn-s3-demo-bucket1",
        "labs-s3alias",
        "labs--ol-s3",
        "labs.mrap",
        "labs--usw2-az1--x-s3",
        "labs--table-s3",
        "arn:aws:s3:::labs",
        "s3://labs",
        "bücher",
    ],
);

const PREFIXES: Names = (
    "fileNamePrefix",
    &["labs/", "a", "labs/in/", "year=2026/", "labs.", ".hidden/", "it's(fine)!*_-/"],
    &[
        "",
        "/labs/",
        "labs//in/",
        "../",
        "labs/../in/",
        "labs/./in/",
        "a./b",
        "labs in/",
        "läbs/",
        "labs?x",
        "labs#x",
        "labs%2f",
        "labs\\in",
        "a\nb",
        "a:b",
        ".well-known/acme-challenge/x",
    ],
);

const GCS_BUCKETS: Names = (
    "bucketName",
    &["my-travel-maps", "0f75d593-8e7b-4418-a5ba-cb2970f0b91e", "test_bucket", "example.com", "a-1"],
    &[
        "My-Travel-Maps",
        "my_google_bucket",
        "test bucket",
        "goog-labs",
        "g00gle-labs",
        "192.168.5.4",
        "ab",
        "-labs",
        "labs_",
        "gs://labs",
        "a234567890123456789012345678901234567890123456789012345678901234",
    ],
);

const CONTAINERS: Names = (
    "containerName",
    &["labs", "labs-inbound", "1-2-3", "abc"],
    &["ab", "Labs", "-labs", "labs-", "labs--in", "labs_in", "labs.in", "labs in"],
);

const ACCOUNTS: Names = (
    "storageAccountName",
    &["contosolabs", "abc", "123456789012345678901234"],
    &["ab", "contoso-labs", "ContosoLabs", "contoso.blob.core.windows.net", "1234567890123456789012345"],
);

const ENDPOINTS: Names = (
    "endpointUrl",
    &["https://s3.example.org/", "https://labs.example.org:9000/base/"],
    &[
        "labs.example.org",
        "ftp://labs.example.org/",
        "https://labs.example.org/?x=1",
        "https://me@labs.example.org/",
    ],
);

const PROJECTS: Names = (
    "projectId",
    &["labs-417203", "abcdef", "my-project-123"],
    &[
        "labs1",
        "Labs-417203",
        "4labs-17203",
        "labs-417203-",
        "my_project",
        "417203417203",
        "a234567890123456789012345678901",
    ],
);

/// Every setting that has a naming rule of its own, by product.
pub(super) const NAMED: &[(&str, &str, &[Names])] = &[
    ("aws", "s3", &[S3_BUCKETS, REGIONS, PREFIXES, ENDPOINTS]),
    ("aws", "databricks", &[S3_BUCKETS, REGIONS, PREFIXES, ENDPOINTS]),
    (
        "aws",
        "kinesis",
        &[
            (
                "streamName",
                &["Labs_1.in-bound", "a"],
                &["", "labs in", "labs/in", "arn:aws:kinesis:us-east-1:1:stream/x"],
            ),
            REGIONS,
            ENDPOINTS,
        ],
    ),
    (
        "aws",
        "sqs",
        &[
            (
                "queueUrl",
                &[
                    "https://sqs.us-east-1.amazonaws.com/123456789012/labs",
                    "https://sqs.us-east-1.amazonaws.com/123456789012/Labs_1-in.fifo",
                    "https://labs.example.org:4566/000000000000/q",
                ],
                &[
                    "arn:aws:sqs:us-east-1:123456789012:labs",
                    "https://sqs.us-east-1.amazonaws.com/",
                    "https://sqs.us-east-1.amazonaws.com/labs",
                    "https://sqs.us-east-1.amazonaws.com/1234/labs",
                    "https://sqs.us-east-1.amazonaws.com/12345678901a/labs",
                    "https://sqs.us-east-1.amazonaws.com/123456789012/labs/more",
                    "https://sqs.us-east-1.amazonaws.com/123456789012/la%20bs",
                    "https://sqs.us-east-1.amazonaws.com/123456789012/labs?Action=SendMessage",
                ],
            ),
            REGIONS,
            ENDPOINTS,
        ],
    ),
    (
        "aws",
        "healthlake",
        &[
            (
                "datastoreEndpoint",
                &[
                    "https://healthlake.us-east-1.amazonaws.com/datastore/0a1b2c3d4e5f60718293a4b5c6d7e8f9/r4/",
                    "https://healthlake.us-east-1.amazonaws.com/datastore/0a1b2c3d4e5f60718293a4b5c6d7e8f9/r4",
                ],
                &[
                    "https://healthlake.us-east-1.amazonaws.com/",
                    "https://healthlake.us-east-1.amazonaws.com/datastore/labs/r4/",
                    "https://healthlake.us-east-1.amazonaws.com/datastore/0a1b2c3d4e5f60718293a4b5c6d7e8f9/r4/Patient",
                    "0a1b2c3d4e5f60718293a4b5c6d7e8f9",
                ],
            ),
            REGIONS,
        ],
    ),
    ("gcp", "cloud-storage", &[GCS_BUCKETS, PREFIXES, ENDPOINTS]),
    ("gcp", "databricks", &[GCS_BUCKETS, PREFIXES, ENDPOINTS]),
    (
        "gcp",
        "pub-sub",
        &[
            PROJECTS,
            (
                "topicId",
                &["labs", "Labs-1_2.3~4+5%6"],
                &["ab", "1abs", "-labs", "goog-labs", "labs in", "projects/p/topics/t"],
            ),
            ENDPOINTS,
        ],
    ),
    (
        "gcp",
        "healthcare-fhir",
        &[
            PROJECTS,
            (
                "location",
                &["us-central1", "us", "europe-west4"],
                &["US", "us-central1-", "u", "us central", "1us"],
            ),
            ("datasetId", &["labs", "Läbs_1.2-3", "1"], &["", "labs in", "projects/p", "labs/1"]),
            ("fhirStoreId", &["inbound"], &["", "fhirStores/inbound"]),
            ENDPOINTS,
        ],
    ),
    ("azure", "databricks", &[CONTAINERS, ACCOUNTS, PREFIXES, ENDPOINTS]),
    ("azure", "blob-storage", &[CONTAINERS, ACCOUNTS, PREFIXES, ENDPOINTS]),
    (
        "azure",
        "event-hubs",
        &[
            (
                "namespace",
                &["contoso-labs", "Labs01"],
                &["labs1", "1abs01", "labs01-", "labs_01", "labs.servicebus.windows.net"],
            ),
            (
                "eventHubName",
                &["inbound", "In.bound-1_2", "1"],
                &["", "-inbound", "inbound.", "in bound", "in/bound"],
            ),
            ENDPOINTS,
        ],
    ),
    (
        "azure",
        "health-data-services",
        &[(
            "fhirServiceUrl",
            &["https://contoso-labs.fhir.azurehealthcareapis.com/", "https://labs.azurehealthcareapis.com/"],
            &[
                "contoso-labs.fhir.azurehealthcareapis.com",
                "https://contoso-labs.fhir.azurehealthcareapis.com/?x",
            ],
        )],
    ),
];
