// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QFrame;
class QPushButton;
class QToolButton;

namespace nephele {

class Paragraph;
class SignDot;

// One line above the content that it is about: what is not as it should be, and what to do. Hidden while it
// has no words. Never for what went well.
class NoticeLine : public QWidget
{
    Q_OBJECT

public:
    enum class Kind { Info, Warning, Error };

    explicit NoticeLine(QWidget *parent = nullptr);

    // Without a verb there is no button. Empty words hide the line.
    void tell(Kind kind, const QString &words, const QString &verb = QString());
    void clear() { tell(Kind::Info, {}); }
    QString words() const;
    void setClosable(bool on);

signals:
    void actionWanted();
    void closed();

private:
    QFrame *m_ground;
    SignDot *m_sign;
    Paragraph *m_words;
    QPushButton *m_action;
    QToolButton *m_close;
};

} // namespace nephele
