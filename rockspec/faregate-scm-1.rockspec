rockspec_format = "3.0"
package = "faregate"
version = "scm-1"

source = {
  url = "git+file://.",
}

description = {
  summary = "Prices usage of a cloud API by its price book, and lives an account through its rules",
  detailed = [[
    Exact prices, free quotas, packs, tiers, capacity, settlement, arrears and refunds, each by a rule that can be read;
    price books are JSON files. Build it in a checkout with luarocks make.
  ]],
  license = "MIT",
  labels = { "billing", "pricing", "metering" },
}

supported_platforms = { "unix", "windows" }

dependencies = {
  "lua >= 5.1, < 5.6",
}

external_dependencies = {
  SQLITE = { header = "sqlite3.h", library = "sqlite3" },
}

build = {
  type = "builtin",
  -- By mingw: Microsoft's compiler has no integers of 128 bits.
  platforms = { windows = { modules = { faregate = { libraries = { "sqlite3" } } } } },
  modules = {
    faregate = {
      sources = {
        "core/faregate.c",
        "core/faregate_store.c",
        "bindings/lua/account.c",
        "bindings/lua/book.c",
        "bindings/lua/call.c",
        "bindings/lua/command.c",
        "bindings/lua/describe.c",
        "bindings/lua/documents.c",
        "bindings/lua/failure.c",
        "bindings/lua/host_version.c",
        "bindings/lua/ledger.c",
        "bindings/lua/module.c",
        "bindings/lua/money.c",
        "bindings/lua/plan.c",
        "bindings/lua/options.c",
        "bindings/lua/outlook.c",
        "bindings/lua/positional.c",
        "bindings/lua/price.c",
        "bindings/lua/book_files.c",
        "bindings/lua/books_inside.c",
        "bindings/lua/table_json.c",
        "bindings/lua/values.c",
        "bindings/lua/with_call.c",
      },
      incdirs = { "core/include", "$(SQLITE_INCDIR)" },
      libdirs = { "$(SQLITE_LIBDIR)" },
      libraries = { "sqlite3", "pthread" },
    },
  },
  install = {
    -- A module name stands for the directory; a file that is no Lua keeps its own name: faregate/books/NAME.json.
    lua = {
      ["faregate.books.aliyun-qwen"] = "books/aliyun-qwen.json",
      ["faregate.books.anthropic-claude"] = "books/anthropic-claude.json",
      ["faregate.books.aws-lambda"] = "books/aws-lambda.json",
      ["faregate.books.aws-lambda-provisioned"] = "books/aws-lambda-provisioned.json",
      ["faregate.books.aws-rekognition"] = "books/aws-rekognition.json",
      ["faregate.books.aws-s3"] = "books/aws-s3.json",
      ["faregate.books.azure-face"] = "books/azure-face.json",
      ["faregate.books.baidu-cdn"] = "books/baidu-cdn.json",
      ["faregate.books.baidu-face-qps"] = "books/baidu-face-qps.json",
      ["faregate.books.baidu-ocr"] = "books/baidu-ocr.json",
      ["faregate.books.google-vision"] = "books/google-vision.json",
      ["faregate.books.huawei-frs"] = "books/huawei-frs.json",
      ["faregate.books.huawei-proration"] = "books/huawei-proration.json",
      ["faregate.books.tencent-facefusion"] = "books/tencent-facefusion.json",
      ["faregate.books.tencent-facefusion-2019-activity"] = "books/tencent-facefusion-2019-activity.json",
      ["faregate.books.tencent-tts"] = "books/tencent-tts.json",
      ["faregate.books.twilio-voice"] = "books/twilio-voice.json",
      ["faregate.books.xai-grok"] = "books/xai-grok.json",
    },
  },
  copy_directories = { "bindings/lua/library" },
}
